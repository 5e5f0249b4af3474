BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE attempts (
	number INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	learner VARCHAR(64) NOT NULL, 
	preset VARCHAR(20) NOT NULL, 
	seed BIGINT NOT NULL, 
	started_at DATETIME NOT NULL, 
	sections JSON NOT NULL, 
	audience VARCHAR(20) NOT NULL, 
	bank VARCHAR(64) NOT NULL, 
	article VARCHAR(64) NOT NULL, 
	drawn JSON NOT NULL, 
	moved_on INTEGER NOT NULL, 
	ended BOOLEAN NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (number), 
	CONSTRAINT uq_attempts_id UNIQUE (id), 
	CONSTRAINT fk_attempts_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
INSERT INTO "attempts" VALUES(1,'1027c4d1c386bbc4cd613e30d8f16adf','AAAAAAAAAAAAAAAAAAAAAA','learn',5249979066121302517,'2026-03-04 09:00:00.123456','[]','both','adcb84d72b99','ce61910308a7','[["rest-01", "3edafcf06c81", ["d", "a", "b", "c"]], ["load-02", "d6fa66c5d6b3", ["c", "b", "a"]]]',1,1);
INSERT INTO "attempts" VALUES(2,'78e510617311d8a3c2ce6f447ed4d57b','AAAAAAAAAAAAAAAAAAAAAA','learn',1087608058291172412,'2026-03-05 09:00:20.123456','[]','both','adcb84d72b99','ce61910308a7','[["rest-01", "3edafcf06c81", ["a", "c", "d", "b"]], ["help-01", "96594941a6bb", ["b", "a"]], ["load-01", "aca82ca083cd", ["c", "b", "a"]], ["rest-02", "6896cbe31472", ["a", "b"]], ["load-02", "d6fa66c5d6b3", ["c", "a", "b"]]]',2,0);
CREATE TABLE card_settings (
	learner VARCHAR(64) NOT NULL, 
	new_per_day INTEGER NOT NULL, 
	retention FLOAT NOT NULL, 
	deck VARCHAR(64) NOT NULL, 
	met INTEGER NOT NULL, 
	CONSTRAINT pk_card_settings PRIMARY KEY (learner), 
	CONSTRAINT fk_card_settings_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
INSERT INTO "card_settings" VALUES('AAAAAAAAAAAAAAAAAAAAAA',7,0.85,'2f0d2f359d85',1);
INSERT INTO "card_settings" VALUES('BBBBBBBBBBBBBBBBBBBBBB',10,0.9,'2f0d2f359d85',1);
CREATE TABLE code_tries (
	number INTEGER NOT NULL, 
	learner VARCHAR(64) NOT NULL, 
	tried_at DATETIME NOT NULL, 
	CONSTRAINT pk_code_tries PRIMARY KEY (number)
);
CREATE TABLE device_codes (
	digest VARCHAR(64) NOT NULL, 
	learner VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_device_codes PRIMARY KEY (digest), 
	CONSTRAINT fk_device_codes_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
INSERT INTO "device_codes" VALUES('b10b203312fbef487a0ae4248f1a895d1a19c7b9730e48406674c846a3851ef2','BBBBBBBBBBBBBBBBBBBBBB','2026-03-05 10:17:00.123456');
CREATE TABLE educator_logins (
	digest VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_educator_logins PRIMARY KEY (digest)
);
CREATE TABLE educator_passcode (
	id SMALLINT NOT NULL, 
	hash VARCHAR(200) NOT NULL, 
	made BOOLEAN NOT NULL, 
	CONSTRAINT pk_educator_passcode PRIMARY KEY (id), 
	CONSTRAINT ck_educator_passcode_id CHECK (id = 1)
);
CREATE TABLE learners (
	id VARCHAR(64) NOT NULL, 
	current VARCHAR(64), 
	CONSTRAINT pk_learners PRIMARY KEY (id)
);
INSERT INTO "learners" VALUES('AAAAAAAAAAAAAAAAAAAAAA','78e510617311d8a3c2ce6f447ed4d57b');
INSERT INTO "learners" VALUES('BBBBBBBBBBBBBBBBBBBBBB',NULL);
CREATE TABLE passcode_tries (
	number INTEGER NOT NULL, 
	who VARCHAR(64) NOT NULL, 
	tried_at DATETIME NOT NULL, 
	CONSTRAINT pk_passcode_tries PRIMARY KEY (number)
);
CREATE TABLE question_texts (
	revision VARCHAR(64) NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_question_texts PRIMARY KEY (revision)
);
INSERT INTO "question_texts" VALUES('3edafcf06c81','{"type": "multiple", "stem": "Which two of these help a leg?", "options": [{"letter": "a", "text": "Crutches", "key": true}, {"letter": "b", "text": "Walking on", "key": false}, {"letter": "c", "text": "A boot", "key": true}, {"letter": "d", "text": "A brace", "key": false}]}');
INSERT INTO "question_texts" VALUES('d6fa66c5d6b3','{"type": "single", "stem": "Which of these lets a bone mend?", "options": [{"letter": "a", "text": "A brace while going on", "key": false}, {"letter": "b", "text": "Rest from the load", "key": true}, {"letter": "c", "text": "Painkillers before the load", "key": false}]}');
INSERT INTO "question_texts" VALUES('6896cbe31472','{"type": "truefalse", "stem": "True or false: one number of weeks holds for everybody.", "options": [{"letter": "a", "text": "True", "key": false}, {"letter": "b", "text": "False", "key": true}]}');
INSERT INTO "question_texts" VALUES('96594941a6bb','{"type": "single", "stem": "The leg turns cold. What is to be done?", "options": [{"letter": "a", "text": "Call for help at once", "key": true}, {"letter": "b", "text": "Wait for a week", "key": false}]}');
INSERT INTO "question_texts" VALUES('aca82ca083cd','{"type": "single", "stem": "A bone aches after weeks of loading. Which step lets it mend?", "options": [{"letter": "a", "text": "A brace while going on", "key": false}, {"letter": "b", "text": "Rest from the load", "key": true}, {"letter": "c", "text": "Painkillers before the load", "key": false}]}');
CREATE TABLE responses (
	number INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	question VARCHAR(200) NOT NULL, 
	revision VARCHAR(64) NOT NULL, 
	try INTEGER NOT NULL, 
	ticked VARCHAR(40) NOT NULL, 
	mark FLOAT NOT NULL, 
	seconds FLOAT, 
	answered_at DATETIME NOT NULL, 
	CONSTRAINT pk_responses PRIMARY KEY (number), 
	CONSTRAINT uq_responses_attempt_question_try UNIQUE (attempt, question, try), 
	CONSTRAINT ck_responses_try CHECK ("try" >= 1), 
	CONSTRAINT ck_responses_mark CHECK (mark >= 0 AND mark <= 1), 
	CONSTRAINT fk_responses_attempt FOREIGN KEY(attempt) REFERENCES attempts (number) ON DELETE CASCADE
);
INSERT INTO "responses" VALUES(1,1,'rest-01','3edafcf06c81',1,'a;c',1.0,4.5,'2026-03-04 09:00:00.123456');
INSERT INTO "responses" VALUES(2,2,'rest-01','3edafcf06c81',1,'b',0.0,4.5,'2026-03-05 09:00:20.123456');
INSERT INTO "responses" VALUES(3,2,'help-01','96594941a6bb',1,'a',1.0,4.5,'2026-03-05 09:00:40.123456');
CREATE TABLE reviews (
	id INTEGER NOT NULL, 
	learner VARCHAR(64) NOT NULL, 
	card TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	rating SMALLINT, 
	reviewed_at DATETIME NOT NULL, 
	day DATE NOT NULL, 
	retention FLOAT NOT NULL, 
	was SMALLINT NOT NULL, 
	due DATETIME, 
	undone_at DATETIME, 
	CONSTRAINT pk_reviews PRIMARY KEY (id), 
	CONSTRAINT uq_reviews_learner_card_number UNIQUE (learner, card, number), 
	CONSTRAINT ck_reviews_rating CHECK (rating IS NULL OR (rating >= 1 AND rating <= 4)), 
	CONSTRAINT ck_reviews_due CHECK ((rating IS NULL) = (due IS NOT NULL)), 
	CONSTRAINT fk_reviews_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
INSERT INTO "reviews" VALUES(1,'AAAAAAAAAAAAAAAAAAAAAA','t:load>',1,3,'2026-03-05 09:01:00.123456','2026-03-05',0.85,0,NULL,NULL);
INSERT INTO "reviews" VALUES(2,'AAAAAAAAAAAAAAAAAAAAAA','q:load-01',1,1,'2026-03-05 09:02:00.123456','2026-03-05',0.85,0,NULL,NULL);
INSERT INTO "reviews" VALUES(3,'AAAAAAAAAAAAAAAAAAAAAA','t:boot>',1,4,'2026-03-05 09:03:00.123456','2026-03-05',0.85,0,NULL,NULL);
INSERT INTO "reviews" VALUES(4,'AAAAAAAAAAAAAAAAAAAAAA','q:rest-01',1,2,'2026-03-05 09:04:00.123456','2026-03-05',0.85,0,NULL,'2026-03-05 09:07:00.123456');
INSERT INTO "reviews" VALUES(5,'BBBBBBBBBBBBBBBBBBBBBB','t:load>',1,3,'2026-03-05 09:05:00.123456','2026-03-05',0.9,0,NULL,NULL);
INSERT INTO "reviews" VALUES(6,'BBBBBBBBBBBBBBBBBBBBBB','q:load-01',1,3,'2026-03-05 09:06:00.123456','2026-03-05',0.9,0,NULL,NULL);
INSERT INTO "reviews" VALUES(7,'AAAAAAAAAAAAAAAAAAAAAA','q:help-01',1,NULL,'2026-03-05 09:07:00.123456','2026-03-05',0.9,0,'2026-03-06 04:00:00.000000',NULL);
CREATE TABLE room_answers (
	number INTEGER NOT NULL, 
	room INTEGER NOT NULL, 
	seat INTEGER NOT NULL, 
	round SMALLINT NOT NULL, 
	position SMALLINT NOT NULL, 
	ticked VARCHAR(40) NOT NULL, 
	mark FLOAT NOT NULL, 
	answered_at DATETIME NOT NULL, 
	CONSTRAINT pk_room_answers PRIMARY KEY (number), 
	CONSTRAINT uq_room_answers_seat_round_position UNIQUE (seat, round, position), 
	CONSTRAINT ck_room_answers_mark CHECK (mark >= 0 AND mark <= 1), 
	CONSTRAINT fk_room_answers_room FOREIGN KEY(room) REFERENCES rooms (number) ON DELETE CASCADE, 
	CONSTRAINT fk_room_answers_seat FOREIGN KEY(seat) REFERENCES seats (number) ON DELETE CASCADE
);
INSERT INTO "room_answers" VALUES(1,1,3,1,0,'a',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(2,1,4,1,0,'b',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(3,1,5,1,0,'a',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(4,1,1,1,0,'b',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(5,1,2,1,0,'a',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(6,1,6,1,0,'b',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(7,1,3,1,1,'a',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(8,1,4,1,1,'b',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(9,1,5,1,1,'a',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(10,1,1,1,1,'b',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(11,1,2,1,1,'a',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(12,1,6,1,1,'b',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(13,1,3,1,2,'b',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(14,1,4,1,2,'a',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(15,1,5,1,2,'b',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(16,1,1,1,2,'a',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(17,1,2,1,2,'b',0.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(18,1,6,1,2,'a',1.0,'2026-03-05 09:07:00.123456');
INSERT INTO "room_answers" VALUES(19,2,7,1,0,'a',1.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(20,2,7,1,1,'a',0.5,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(21,2,7,1,2,'a',0.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(22,2,8,1,0,'b',0.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(23,2,8,1,1,'b',0.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(24,2,8,1,2,'b',1.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(25,2,9,1,0,'a',1.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(26,2,9,1,1,'a',0.5,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(27,2,9,1,2,'a',0.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(28,2,10,1,0,'b',0.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(29,2,10,1,1,'b',0.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(30,2,10,1,2,'b',1.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(31,2,11,1,0,'a',1.0,'2026-03-05 10:07:00.123456');
INSERT INTO "room_answers" VALUES(32,2,11,1,1,'a',0.5,'2026-03-05 10:07:00.123456');
CREATE TABLE rooms (
	number INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	code VARCHAR(16) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	started_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	sections JSON NOT NULL, 
	audience VARCHAR(20) NOT NULL, 
	bank VARCHAR(64) NOT NULL, 
	article VARCHAR(64) NOT NULL, 
	drawn JSON NOT NULL, 
	step INTEGER NOT NULL, 
	CONSTRAINT pk_rooms PRIMARY KEY (number), 
	CONSTRAINT uq_rooms_id UNIQUE (id), 
	CONSTRAINT uq_rooms_code UNIQUE (code), 
	CONSTRAINT ck_rooms_step CHECK (step >= 0)
);
INSERT INTO "rooms" VALUES(1,'177219d30e7a269fd95bafc8f2a4d27b','DQHNMZ','discuss','2026-03-05 09:07:00.123456','2026-03-05 21:07:00.123456','[]','both','adcb84d72b99','ce61910308a7','[["load-01", "aca82ca083cd", ["c", "a", "b"]], ["rest-02", "6896cbe31472", ["a", "b"]], ["help-01", "96594941a6bb", ["b", "a"]]]',7);
INSERT INTO "rooms" VALUES(2,'288bc781ae66267594c9c9500925e474','SRWQXT','before-after','2026-03-05 10:07:00.123456','2026-03-05 22:07:00.123456','[]','both','adcb84d72b99','ce61910308a7','[["help-01", "96594941a6bb", ["a", "b"]], ["rest-01", "3edafcf06c81", ["a", "c", "b", "d"]], ["load-02", "d6fa66c5d6b3", ["a", "b", "c"]]]',1);
CREATE TABLE schedules (
	learner VARCHAR(64) NOT NULL, 
	card TEXT NOT NULL, 
	state SMALLINT NOT NULL, 
	due DATETIME NOT NULL, 
	step SMALLINT, 
	stability FLOAT, 
	difficulty FLOAT, 
	rating SMALLINT, 
	reviewed_at DATETIME, 
	day DATE, 
	first_day DATE, 
	reviews INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	set_aside BOOLEAN NOT NULL, 
	CONSTRAINT pk_schedules PRIMARY KEY (learner, card), 
	CONSTRAINT fk_schedules_learner FOREIGN KEY(learner) REFERENCES learners (id) ON DELETE CASCADE
);
INSERT INTO "schedules" VALUES('AAAAAAAAAAAAAAAAAAAAAA','t:load>',1,'2026-03-05 09:11:00.123456',1,2.3065,2.11810397045901588342e+00,3,'2026-03-05 09:01:00.123456','2026-03-05','2026-03-05',1,0,0);
INSERT INTO "schedules" VALUES('AAAAAAAAAAAAAAAAAAAAAA','q:load-01',1,'2026-03-05 09:03:00.123456',0,0.212,6.4133,1,'2026-03-05 09:02:00.123456','2026-03-05','2026-03-05',1,1,0);
INSERT INTO "schedules" VALUES('AAAAAAAAAAAAAAAAAAAAAA','t:boot>',2,'2026-03-21 09:03:00.123456',NULL,8.2956,1.0,4,'2026-03-05 09:03:00.123456','2026-03-05','2026-03-05',1,0,0);
INSERT INTO "schedules" VALUES('BBBBBBBBBBBBBBBBBBBBBB','t:load>',1,'2026-03-05 09:15:00.123456',1,2.3065,2.11810397045901588342e+00,3,'2026-03-05 09:05:00.123456','2026-03-05','2026-03-05',1,0,0);
INSERT INTO "schedules" VALUES('BBBBBBBBBBBBBBBBBBBBBB','q:load-01',1,'2026-03-05 09:16:00.123456',1,2.3065,2.11810397045901588342e+00,3,'2026-03-05 09:06:00.123456','2026-03-05','2026-03-05',1,0,0);
INSERT INTO "schedules" VALUES('AAAAAAAAAAAAAAAAAAAAAA','q:help-01',0,'2026-03-06 04:00:00.000000',0,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0);
CREATE TABLE seats (
	number INTEGER NOT NULL, 
	room INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_seats PRIMARY KEY (number), 
	CONSTRAINT uq_seats_room_id UNIQUE (room, id), 
	CONSTRAINT fk_seats_room FOREIGN KEY(room) REFERENCES rooms (number) ON DELETE CASCADE
);
INSERT INTO "seats" VALUES(1,1,'1f0efbe3a5175ce8d5a8cd685a1991ce');
INSERT INTO "seats" VALUES(2,1,'475cae47e4fac3c252e576b53626ecb2');
INSERT INTO "seats" VALUES(3,1,'48093f49a4b94ca46e7caf1a88238f1d');
INSERT INTO "seats" VALUES(4,1,'4b5b3afa0502be0d9c5a596f414428c1');
INSERT INTO "seats" VALUES(5,1,'7ede15d1c8d74acfd844000b38915d6f');
INSERT INTO "seats" VALUES(6,1,'ba8f044d3be08471e44860ff45604b0d');
INSERT INTO "seats" VALUES(7,2,'0e731212c802a9ad487d082137f6769d');
INSERT INTO "seats" VALUES(8,2,'a7b5b21dfc4048236bd25ce34d21ae77');
INSERT INTO "seats" VALUES(9,2,'3ba8ce79725d09b1136011f2080e0090');
INSERT INTO "seats" VALUES(10,2,'f0433208a044c0435b0e75e3a32f8039');
INSERT INTO "seats" VALUES(11,2,'ef2dbec813cfa28dc296979b264260c2');
CREATE INDEX ix_attempts_learner ON attempts (learner);
CREATE INDEX ix_device_codes_learner ON device_codes (learner);
CREATE INDEX ix_code_tries_tried_at ON code_tries (tried_at);
CREATE INDEX ix_reviews_learner_id ON reviews (learner, id);
CREATE INDEX ix_schedules_learner_set_aside_due ON schedules (learner, set_aside, due);
CREATE INDEX ix_schedules_learner_day ON schedules (learner, day);
CREATE INDEX ix_passcode_tries_tried_at ON passcode_tries (tried_at);
CREATE INDEX ix_rooms_expires_at ON rooms (expires_at);
CREATE INDEX ix_room_answers_room_round_position ON room_answers (room, round, position);
COMMIT;
