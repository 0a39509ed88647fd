-- What a member may do in a group; in a direct dialog both are plain members.
ALTER TABLE members ADD COLUMN role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member'));

-- A group has one owner; who is handed it takes it after the other has given it up.
CREATE UNIQUE INDEX members_owner ON members (conversation_id) WHERE role = 'owner';

-- Of a group that has one.
ALTER TABLE conversations ADD COLUMN description TEXT;

-- Who made a group was not kept: those who came first own it.
UPDATE members SET role = 'owner'
WHERE (conversation_id, user_id) IN (
    SELECT conversation_id, user_id
    FROM (
        SELECT m.conversation_id, m.user_id,
               row_number() OVER (PARTITION BY m.conversation_id ORDER BY m.joined_at, m.user_id) AS place
        FROM members m JOIN conversations c ON c.id = m.conversation_id
        WHERE c.kind = 'group'
    )
    WHERE place = 1
);

-- So that devices ask for what they hold without roles.
UPDATE conversations SET revision = revision + 1 WHERE kind = 'group';
